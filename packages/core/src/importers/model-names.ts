/** True for what can only be a path: Hub ids have no leading dot or slash and no such ending. */
export function looksLikePath(model: string): boolean {
  return /^[./~]|\.(?:json|gguf|safetensors)$|^[A-Za-z]:[\\/]|\\/.test(model);
}

/** Whether this may be a model's id on a Hub: owner and name. */
export function looksLikeHubId(model: string): boolean {
  return /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/.test(model) && model.length <= 200;
}
