/** The host has too little memory for an engine to load the model. */
export interface HostMemoryShort {
  readonly code: "host-memory-short";
  readonly host: string;
  readonly quantization: string;
  readonly needBytes: number;
  readonly haveBytes: number;
}

/** One loss takes all its replicas: there is one only, or they can be on one host only. */
export interface LostAtOnce {
  readonly code: "lost-at-once";
  readonly loss: "gpu" | "host";
  readonly replicas: number;
  /** Hosts that have cards for it. */
  readonly hosts: number;
}

/** After a loss the other replicas, each with its even share, do not carry the rate within the targets. */
export interface RateAfterLoss {
  readonly code: "rate-after-loss";
  readonly loss: "gpu" | "host";
  readonly replicas: number;
  /** The card or host whose loss is worst. */
  readonly lost: string;
  readonly requestsPerSecond: number;
  readonly carried: number;
}

/** Replicas that are spread need a host each, and fewer hosts have room for one. */
export interface ReplicasNeedHosts {
  readonly code: "replicas-need-hosts";
  readonly replicas: number;
  readonly hosts: number;
}
