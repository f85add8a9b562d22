const routes = [
 {
  "id": "chat",
  "names": [
   "chat",
   "le \"chat\""
  ],
  "served": null
 },
 {
  "id": "chat-long",
  "names": [
   "chat-long"
  ],
  "served": null
 },
 {
  "id": "coder",
  "names": [
   "coder"
  ],
  "served": null
 },
 {
  "id": "Ecrivain-d-ete",
  "names": [
   "\u00c9crivain d'\u00e9t\u00e9"
  ],
  "served": null
 }
];
const list = {
 "object": "list",
 "data": [
  {
   "id": "chat",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "le \"chat\"",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "chat-long",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "coder",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  },
  {
   "id": "\u00c9crivain d'\u00e9t\u00e9",
   "object": "model",
   "created": 0,
   "owned_by": "berth"
  }
 ]
};
export default { routes, list };
