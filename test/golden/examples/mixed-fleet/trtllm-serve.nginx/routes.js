const routes = [
 {
  "id": "qwen-7b-coder",
  "names": [
   "qwen-7b-coder"
  ],
  "served": null
 },
 {
  "id": "qwen-72b",
  "names": [
   "qwen-72b"
  ],
  "served": null
 },
 {
  "id": "qwen-32b",
  "names": [
   "qwen-32b"
  ],
  "served": null
 },
 {
  "id": "llama-8b",
  "names": [
   "llama-8b"
  ],
  "served": null
 },
 {
  "id": "llama-3b",
  "names": [
   "llama-3b"
  ],
  "served": null
 },
 {
  "id": "qwen-0.5b",
  "names": [
   "qwen-0.5b"
  ],
  "served": null
 }
];
const list = {
 "object": "list",
 "data": [
  {
   "id": "qwen-7b-coder",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "qwen-72b",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "qwen-32b",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "llama-8b",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "llama-3b",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "qwen-0.5b",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  }
 ]
};
export default { routes, list };
