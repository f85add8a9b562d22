/** What can stand in front of a bundle's servers, as one OpenAI endpoint. */
export type RouterId = "litellm" | "haproxy" | "nginx" | "llama-swap" | "envoy-ai-gateway";
