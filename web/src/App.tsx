/** The pages by their paths. Each page is a file of its own that loads when it is opened. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from "preact-iso";
import { deleteCopies, suspendCopies } from "./api/database";
import { startOutbox } from "./api/outbox";
import { loadProfile, profile } from "./api/profile";
import { hasSessionEnded, sessionState, signInCount } from "./api/session";
import { NotFoundPage } from "./NotFoundPage";
import PATHS from "./paths.json";
import { ErrorNote, Loading } from "./ui/feedback";
import { PlainShell, Shell } from "./ui/Shell";

const SignInPage = lazy(() => import("./auth/SignInPage"));
const RegisterPage = lazy(() => import("./auth/RegisterPage"));
const ForgotPasswordPage = lazy(() => import("./auth/ForgotPasswordPage"));
const CallbackPage = lazy(() => import("./auth/CallbackPage"));
const VerifyEmailPage = lazy(() => import("./auth/VerifyEmailPage"));
const ResetPasswordPage = lazy(() => import("./auth/ResetPasswordPage"));
const HomePage = lazy(() => import("./progress/HomePage"));
const CountPage = lazy(() => import("./count/CountPage"));
const CurrentWorkoutPage = lazy(() => import("./log/CurrentWorkoutPage"));
const WorkoutsPage = lazy(() => import("./log/WorkoutsPage"));
const WorkoutPage = lazy(() => import("./log/WorkoutPage"));
const RoutinesPage = lazy(() => import("./log/RoutinesPage"));
const RoutinePage = lazy(() => import("./log/RoutinePage"));
const ProgressPage = lazy(() => import("./progress/ProgressPage"));
const ExerciseProgressPage = lazy(() => import("./progress/ExerciseProgressPage"));
const MergePage = lazy(() => import("./exercises/MergePage"));
const ImportPage = lazy(() => import("./imports/ImportPage"));
const SettingsPage = lazy(() => import("./settings/SettingsPage"));
const SecurityPage = lazy(() => import("./settings/SecurityPage"));
const DataPage = lazy(() => import("./settings/DataPage"));

/** Pages that need no session. Links of our mails lead to some of them. */
const PUBLIC: ReadonlySet<string> = new Set([
  PATHS.signIn,
  PATHS.register,
  PATHS.forgotPassword,
  PATHS.authCallback,
  PATHS.verifyEmail,
  PATHS.resetPassword,
]);

export function App() {
  return (
    <LocationProvider>
      <Content />
    </LocationProvider>
  );
}

function Content() {
  const { path, route } = useLocation();
  const isPublic = PUBLIC.has(path);
  const error = useSignal<unknown>(null);
  /** Load who is signed in, then send what earlier visits have left. */
  const loadAccount = async (): Promise<void> => {
    error.value = null;
    await loadProfile().catch((failure: unknown) => {
      error.value = failure;
    });
    await startOutbox();
  };
  useSignalEffect(() => {
    // Each sign-in of another tab may be of another person.
    if (sessionState.value === "signed-in" && signInCount.value >= 0) void loadAccount();
    if (sessionState.value === "signed-out") {
      profile.value = null;
      void (hasSessionEnded.value ? suspendCopies() : deleteCopies());
    }
  });
  if (isPublic) {
    return (
      <PlainShell>
        <PublicPages />
      </PlainShell>
    );
  }
  if (sessionState.value === "unknown") return <Loading />;
  if (sessionState.value === "signed-out") {
    // The link that was opened comes back after the sign-in.
    const next = location.pathname + location.search + location.hash;
    queueMicrotask(() => route(`${PATHS.signIn}?next=${encodeURIComponent(next)}`, true));
    return <Loading />;
  }
  // All pages need the unit, the time zone and the language of the person.
  return (
    <Shell>
      {profile.value !== null && <PrivatePages />}
      {profile.value === null &&
        (error.value === null ? <Loading /> : <ErrorNote error={error.value} onRetry={loadAccount} />)}
    </Shell>
  );
}

function PublicPages() {
  return (
    <ErrorBoundary>
      <Router>
        <Route path={PATHS.signIn} component={SignInPage} />
        <Route path={PATHS.register} component={RegisterPage} />
        <Route path={PATHS.forgotPassword} component={ForgotPasswordPage} />
        <Route path={PATHS.authCallback} component={CallbackPage} />
        <Route path={PATHS.verifyEmail} component={VerifyEmailPage} />
        <Route path={PATHS.resetPassword} component={ResetPasswordPage} />
      </Router>
    </ErrorBoundary>
  );
}

function PrivatePages() {
  return (
    <ErrorBoundary>
      <Router>
        <Route path={PATHS.home} component={HomePage} />
        <Route path={PATHS.count} component={CountPage} />
        <Route path={PATHS.currentWorkout} component={CurrentWorkoutPage} />
        <Route path={PATHS.workouts} component={WorkoutsPage} />
        <Route path={PATHS.workout} component={WorkoutPage} />
        <Route path={PATHS.routines} component={RoutinesPage} />
        <Route path={PATHS.routine} component={RoutinePage} />
        <Route path={PATHS.progress} component={ProgressPage} />
        <Route path={PATHS.exerciseProgress} component={ExerciseProgressPage} />
        <Route path={PATHS.mergeExercises} component={MergePage} />
        <Route path={PATHS.imports} component={ImportPage} />
        <Route path={PATHS.settings} component={SettingsPage} />
        <Route path={PATHS.security} component={SecurityPage} />
        <Route path={PATHS.data} component={DataPage} />
        <Route default component={NotFoundPage} />
      </Router>
    </ErrorBoundary>
  );
}
