// Stores which conversation a tab shows after a reload, in the history entry's state rather than in the URL: the
// browser's history should not show whom the user writes to.

/** The name to open first: that of the URL (`?with=NAME`), or the one from before the reload; undefined for none. */
export function placeBefore(account) {
  const { state } = history;
  return (state?.of === account.id ? state.with : undefined) ?? new URLSearchParams(location.search).get("with") ?? undefined;
}

export function keepPlace(account, current) {
  current.addEventListener("open", () => {
    history.replaceState({ of: account.id, with: current.conversation?.name ?? "" }, "");
  });
}
