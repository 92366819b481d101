// "Today" is true until midnight.

/** Calls back when another day has begun, also after a sleep in which timers stood still. */
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
