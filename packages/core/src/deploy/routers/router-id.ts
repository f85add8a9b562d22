/** What can stand in front of a bundle's servers, as one OpenAI endpoint. */
export type RouterId = "haproxy" | "nginx";
