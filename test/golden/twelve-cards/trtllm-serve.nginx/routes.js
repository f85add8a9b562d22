const routes = [
 {
  "id": "llama-3b",
  "names": [
   "llama-3b",
   "gpt-4o"
  ],
  "served": null
 },
 {
  "id": "qwen-7b",
  "names": [
   "qwen-7b"
  ],
  "served": null
 },
 {
  "id": "mistral-7b",
  "names": [
   "mistral-7b"
  ],
  "served": null
 }
];
const list = {
 "object": "list",
 "data": [
  {
   "id": "llama-3b",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "gpt-4o",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "qwen-7b",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "mistral-7b",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  }
 ]
};
export default { routes, list };
