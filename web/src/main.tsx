import { render } from "preact";
import { App } from "./App";
import { restoreSession } from "./api/session";
import "./ui/style.css";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element with the id `app`.");
void restoreSession();
render(<App />, root);
