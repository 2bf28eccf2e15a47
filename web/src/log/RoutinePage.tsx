/** One routine: its name, its exercises with their planned sets, and a button to start it. */
import { useRoute } from "preact-iso";
import { api, unwrapTagged } from "../api/client";
import PATHS from "../paths.json";
import { Pending } from "../ui/feedback";
import { Page } from "../ui/Page";
import { useResource } from "../ui/resource";
import { RoutineEditor } from "./RoutineEditor";
import "./log.css";

const BACK = { href: PATHS.routines, label: "Routines" };

const load = (id: string) =>
  unwrapTagged(api.GET("/api/v1/routines/{routine_id}", { params: { path: { routine_id: id } } }));

export default function RoutinePage() {
  const id = useRoute().params.id ?? "";
  const found = useResource(() => load(id), [id]);
  const stored = found.data.value;
  if (stored === null) {
    return (
      <Page title="Routine" back={BACK}>
        <Pending of={found} />
      </Page>
    );
  }
  return <RoutineEditor key={id} stored={stored} back={BACK} reload={() => load(id)} />;
}
