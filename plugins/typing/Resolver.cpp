#include "typing/Resolver.h"

#include <Poco/Logger.h>

#include <exception>
#include <utility>

#include "support/Accounts.h"

namespace chat::typing {

Resolver::Resolver(data::Database& database, Poco::Logger& logger)
    : _database(database), _logger(logger), _thread([this] { run(); }) {}

Resolver::~Resolver() {
  {
    const std::lock_guard lock(_mutex);
    _closing = true;
  }
  _arrived.notify_one();
  _thread.join();
}

bool Resolver::find(std::string name, Found found) {
  {
    // Held for a push or a pop, never during a look-up.
    const std::lock_guard lock(_mutex);
    if (_waiting.size() >= MaxWaiting) return false;
    _waiting.push_back({std::move(name), std::move(found)});
  }
  _arrived.notify_one();
  return true;
}

void Resolver::run() noexcept {
  std::unique_lock lock(_mutex);
  for (;;) {
    _arrived.wait(lock, [this] { return _closing || !_waiting.empty(); });
    if (_closing) return;
    const Question question = std::move(_waiting.front());
    _waiting.pop_front();
    lock.unlock();
    answer(question);
    lock.lock();
  }
}

void Resolver::answer(const Question& question) noexcept {
  try {
    if (const auto account = support::findAccount(_database, question.name)) question.found(account->id);
  } catch (const data::Unavailable&) {
    // Nobody is told that somebody types: what comes next finds the database back.
  } catch (const std::exception& error) {
    _logger.warning(std::string("an account was not found: ") + error.what());
  }
}

}  // namespace chat::typing
