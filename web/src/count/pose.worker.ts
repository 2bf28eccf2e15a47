/** MoveNet Lightning in WebAssembly, in a worker: the page stays responsive while a picture is looked at. */

import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import { type io, setBackend, type Tensor, tensor4d } from "@tensorflow/tfjs-core";
import wasmUrl from "../../node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simdUrl from "../../node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import weightsUrl from "../../node_modules/@vladmandic/human/models/movenet-lightning.bin?url";
import modelUrl from "../../node_modules/@vladmandic/human/models/movenet-lightning.json?url";
import { SIZE } from "./movenet";

export type PoseRequest = { readonly image: ImageBitmap };
export type PoseReply =
  | { readonly type: "ready" }
  | { readonly type: "failed" }
  | { readonly type: "pose"; readonly keypoints: Float32Array };

const scope = self as unknown as DedicatedWorkerGlobalScope;
const canvas = new OffscreenCanvas(SIZE, SIZE);
const context = canvas.getContext("2d", { willReadFrequently: true });
// One for all pictures: garbage of this size is collected late.
const pixels = new Int32Array(SIZE * SIZE * 3);

async function loadModel(): Promise<GraphModel> {
  setWasmPaths({
    "tfjs-backend-wasm.wasm": wasmUrl,
    "tfjs-backend-wasm-simd.wasm": simdUrl,
    // Threads need pages without anything of other origins.
    "tfjs-backend-wasm-threaded-simd.wasm": simdUrl,
  });
  if (!(await setBackend("wasm"))) throw new Error("WebAssembly does not start.");
  const load = async (): Promise<io.ModelArtifacts> => {
    const [description, weights] = await Promise.all([fetch(modelUrl), fetch(weightsUrl)]);
    const { modelTopology, weightsManifest, signature } = await description.json();
    return {
      modelTopology,
      signature,
      weightSpecs: weightsManifest[0].weights,
      weightData: await weights.arrayBuffer(),
    };
  };
  return loadGraphModel({ load });
}

/** Look at a square picture; return y, x and score of each keypoint, as shares of the square. */
async function detect(model: GraphModel, image: ImageBitmap): Promise<Float32Array> {
  if (context === null) throw new Error("There is no canvas.");
  context.clearRect(0, 0, SIZE, SIZE);
  context.drawImage(image, 0, 0);
  image.close();
  const { data } = context.getImageData(0, 0, SIZE, SIZE);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    pixels[to++] = data[from] ?? 0;
    pixels[to++] = data[from + 1] ?? 0;
    pixels[to++] = data[from + 2] ?? 0;
  }
  const input = tensor4d(pixels, [1, SIZE, SIZE, 3], "int32");
  const output = model.execute(input) as Tensor;
  const keypoints = await output.data<"float32">();
  input.dispose();
  output.dispose();
  return keypoints.slice();
}

async function main(): Promise<void> {
  const model = await loadModel();
  scope.addEventListener("message", async ({ data }: MessageEvent<PoseRequest>) => {
    const keypoints = await detect(model, data.image).catch(() => null);
    if (keypoints === null) scope.postMessage({ type: "failed" } satisfies PoseReply);
    else scope.postMessage({ type: "pose", keypoints } satisfies PoseReply, [keypoints.buffer]);
  });
  scope.postMessage({ type: "ready" } satisfies PoseReply);
}

main().catch(() => scope.postMessage({ type: "failed" } satisfies PoseReply));
