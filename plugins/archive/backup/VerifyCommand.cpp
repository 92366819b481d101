#include "archive/backup/VerifyCommand.h"

#include <string>

#include "archive/backup/Verification.h"
#include "plugin/api/AppError.h"
#include "support/CommandWords.h"

namespace chat::archive {
namespace {

constexpr std::string_view Usage =
    "verify  checks that the tables fit together: a line for each fault, and exit code 1 if there is one\n";

}  // namespace

void VerifyCommand::run(plugin::CommandCall& call) {
  support::CommandWords(call.words(), {}, Usage).requireNone();
  Verification verification(_database, [&](const std::string& fault) { call.print(fault + "\n"); });
  const auto result = verification.run();
  call.print("checked " + std::to_string(result.accounts) + " accounts, " + std::to_string(result.conversations) +
             " conversations and " + std::to_string(result.messages) + " messages\n");
  if (result.faults > 0) throw plugin::AppError(409, "faults: " + std::to_string(result.faults));
}

}  // namespace chat::archive
