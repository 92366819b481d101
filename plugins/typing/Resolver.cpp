#include "typing/Resolver.h"

#include <Poco/Logger.h>

#include <exception>
#include <utility>

#include "support/Accounts.h"

namespace chat::typing {

bool Resolver::find(std::string name, Found found) {
  // Held for a push or a pop, never during a look-up.
  const std::lock_guard lock(_mutex);
  if (_waiting.size() >= MaxWaiting) return false;
  _waiting.push_back({std::move(name), std::move(found)});
  if (_isRunning) return true;
  _isRunning = _submit([this] { answerAll(); });
  if (!_isRunning) _waiting.clear();
  return _isRunning;
}

void Resolver::answerAll() {
  std::unique_lock lock(_mutex);
  while (!_waiting.empty()) {
    const Question question = std::move(_waiting.front());
    _waiting.pop_front();
    lock.unlock();
    answer(question);
    lock.lock();
  }
  _isRunning = false;
}

void Resolver::answer(const Question& question) {
  try {
    if (const auto account = support::findAccount(_database, question.name)) question.found(account->id);
  } catch (const data::Unavailable&) {
    // Nobody is told that somebody types: what comes next finds the database back.
  } catch (const std::exception& error) {
    _logger.warning(std::string("an account was not found: ") + error.what());
  }
}

}  // namespace chat::typing
