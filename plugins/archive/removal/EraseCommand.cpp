#include "archive/removal/EraseCommand.h"

#include <limits>
#include <string>

#include "archive/removal/Erasure.h"
#include "archive/removal/Pace.h"
#include "plugin/api/AppError.h"
#include "support/AccountName.h"
#include "support/CommandWords.h"

namespace chat::archive {
namespace {

constexpr std::string_view Usage =
    "erase USER      erases an account and all that it wrote\n"
    "erase --resume  finishes erasures that were interrupted\n";

std::size_t finish(Erasure& erasure, std::uint64_t accountId) {
  std::size_t removed = 0;
  Pace pace;
  for (bool isLast = false; !isLast; pace.rest()) {
    const auto step = erasure.goOn(accountId);
    removed += step.removed;
    isLast = step.isLast;
  }
  return removed;
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

void EraseCommand::run(plugin::CommandCall& call) {
  const support::CommandWords words(call.words(), {"resume"}, Usage);
  Erasure erasure(_database);
  if (words.has("resume")) {
    words.requireNone();
    std::size_t accounts = 0;
    for (; const auto pending = erasure.pending(std::numeric_limits<support::Millis>::max()); ++accounts)
      finish(erasure, *pending);
    return call.print("finished " + counted(accounts, "erasure") + "\n");
  }
  const std::string& name = words.only("USER");
  const auto begun = support::isErasedName(name)
                         ? std::nullopt
                         : erasure.begin(support::accountKey(name), support::toMillis(_clock.wallTime()));
  if (!begun) throw plugin::AppError(404, "No account has the name " + name);
  const std::size_t removed = finish(erasure, begun->accountId);
  call.print("erased " + name + ", " + counted(removed, "message") + ", " + counted(begun->tokensEnded, "token") +
             " ended\n");
}

}  // namespace chat::archive
