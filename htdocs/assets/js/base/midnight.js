// "Today" is right only until midnight.

/** Calls back when a new day has begun, also after the computer has slept and timers didn't run. */
export function onNewDay(callback) {
  let day = new Date().toDateString();
  const look = () => {
    const now = new Date();
    if (now.toDateString() !== day) {
      day = now.toDateString();
      callback();
    }
  };
  const wait = () => {
    const now = new Date();
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
    setTimeout(() => {
      look();
      wait();
    }, midnight - now + 50);
  };
  document.addEventListener("visibilitychange", look);
  wait();
}
