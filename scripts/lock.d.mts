export function withLock<T>(path: string, say: (text: string) => void, work: () => T): T;
