/** Engines that Berth plans for. The two eras of TensorRT-LLM are two engines. */
export type EngineId = "tensorrt-llm" | "tensorrt-llm-engine";
