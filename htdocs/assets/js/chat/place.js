// Which conversation a tab comes back to after a reload. In the history entry's state rather than in the address: the
// browser's history is no place for whom somebody writes to.

/** The name to begin with: that of the address (`?with=NAME`), or that of before the reload; undefined for none. */
export function placeBefore(account) {
  const { state } = history;
  return (state?.of === account.id ? state.with : undefined) ?? new URLSearchParams(location.search).get("with") ?? undefined;
}

export function keepPlace(account, current) {
  current.addEventListener("open", () => {
    history.replaceState({ of: account.id, with: current.conversation?.name ?? "" }, "");
  });
}
