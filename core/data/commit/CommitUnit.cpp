#include "data/commit/CommitUnit.h"

#include <Poco/Logger.h>

#include <string>
#include <utility>

#include "data/engine/Fault.h"

namespace chat::data {

std::exception_ptr CommitUnit::leave() {
  if (move(State::Waiting, State::Left)) {
    return std::make_exception_ptr(Unavailable("the commit's turn did not come in time"));
  }
  if (move(State::Running, State::Left)) {
    return std::make_exception_ptr(Unavailable("the database did not answer in time; nothing was stored"));
  }
  if (move(State::Committing, State::LeftInDoubt)) {
    return std::make_exception_ptr(CommitInDoubt("the answer to the commit has not come yet"));
  }
  return nullptr;
}

void CommitUnit::end() {
  const auto before = state.exchange(State::Ended);
  const bool wasTold = before == State::Left || before == State::LeftInDoubt;
  try {
    if (!error && before != State::Left) {
      entry->committed();
    } else if (!wasTold) {
      entry->failed(std::exchange(error, nullptr));
    }
  } catch (const std::exception& fault) {
    poco_error(Poco::Logger::get("data"), "what follows a commit has failed: " + describe(fault));
  } catch (...) {
    poco_error(Poco::Logger::get("data"), "what follows a commit has failed");
  }
  error = nullptr;
  if (wasTold) return;  // whoever told it may still be at it
  // A caller's entry is the caller's; it may have gone on already.
  if (writer) entry.reset();
  writer.reset();
  owner.reset();
}

}  // namespace chat::data
