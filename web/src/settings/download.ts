/** Files that need the access token, which a link does not send. */
import { authorizedFetch } from "../api/client";
import { API_ORIGIN } from "../api/origin";
import { ApiError } from "../api/problems";

/** Download a file of the API. Throws ApiError. */
export async function download(path: string, name: string): Promise<void> {
  const response = await authorizedFetch(new Request(API_ORIGIN + path));
  if (!response.ok) throw await ApiError.fromResponse(response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
