/** The host has too little memory for an engine to load the model. */
export interface HostMemoryShort {
  readonly code: "host-memory-short";
  readonly host: string;
  readonly quantization: string;
  readonly needBytes: number;
  readonly haveBytes: number;
}

/** Replicas that are spread need a host each, and fewer hosts have room for one. */
export interface ReplicasNeedHosts {
  readonly code: "replicas-need-hosts";
  readonly replicas: number;
  readonly hosts: number;
}
