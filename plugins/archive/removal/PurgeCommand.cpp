#include "archive/removal/PurgeCommand.h"

#include <string>

#include "archive/removal/Age.h"
#include "archive/removal/MessageWalk.h"
#include "archive/removal/Pace.h"
#include "support/CommandWords.h"

namespace chat::archive {
namespace {

constexpr std::string_view Usage =
    "purge --older-than AGE|DATE [--dry-run]\n"
    "     AGE:       12h, 30d, 8w or 2y\n"
    "     DATE:      2026-01-31; what was sent before that day in UTC\n"
    "     --dry-run  only says how many messages that are\n";

std::string messages(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " message" : " messages");
}

}  // namespace

void PurgeCommand::run(plugin::CommandCall& call) {
  const support::CommandWords words(call.words(), {"older-than=AGE", "dry-run"}, Usage);
  words.requireNone();
  const auto age = words.value("older-than");
  if (!age) words.refuse("--older-than is missing");
  const auto before = timeBefore(*age, support::toMillis(_clock.wallTime()));
  if (!before) words.refuse("'" + *age + "' is neither an age nor a date");

  MessageWalk walk(_database, {before, {}});
  const std::string which = " from before " + support::formatDate(*before) + "\n";
  if (words.has("dry-run")) return call.print(messages(walk.count()) + which);
  std::uint64_t removed = 0;
  Pace pace;
  for (bool isLast = false; !isLast; pace.rest()) {
    const auto step = walk.next();
    removed += step.removed;
    isLast = step.isLast;
  }
  call.print("removed " + messages(removed) + which);
}

}  // namespace chat::archive
