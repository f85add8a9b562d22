/**
 * `text` for an argument or a variable of a container, where Kubernetes itself reads `$(NAME)` as
 * a variable and `$$` as one dollar.
 */
export function kubeText(text: string): string {
  return text.replace(/\$(?=[$(])/g, "$$$$");
}
