#include "typing/Resolver.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/LogCause.h"
#include "support/Accounts.h"

namespace chat::typing {

std::optional<std::uint64_t> Resolver::find(const std::string& name, Found found) {
  // Locked for a push or a pop, never during a look-up.
  const std::lock_guard lock(_mutex);
  if (const auto known = _names.find(name)) return known;
  if (_waiting.size() >= MaxWaiting) return std::nullopt;
  _waiting.push_back({name, std::move(found)});
  if (!_isRunning) _isRunning = _submit([this] { answerAll(); });
  if (!_isRunning) _waiting.clear();
  return std::nullopt;
}

void Resolver::answerAll() {
  std::unique_lock lock(_mutex);
  while (!_waiting.empty()) {
    const Question question = std::move(_waiting.front());
    _waiting.pop_front();
    lock.unlock();
    const auto id = answer(question);
    lock.lock();
    const auto isSame = [&](const Question& other) { return other.name == question.name; };
    if (id && std::none_of(_waiting.begin(), _waiting.end(), isSame)) _names.add(question.name, *id);
  }
  _isRunning = false;
}

std::optional<std::uint64_t> Resolver::answer(const Question& question) {
  try {
    const auto account = support::findAccount(_database, question.name);
    if (!account) return std::nullopt;
    question.found(account->id);
    return account->id;
  } catch (const data::Unavailable&) {
    // This typing notice is lost; later ones will find the database again.
  } catch (const std::exception& error) {
    base::warnCause(_logger, "look-up", std::string("an account was not found: ") + error.what());
  }
  return std::nullopt;
}

}  // namespace chat::typing
