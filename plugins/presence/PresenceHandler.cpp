#include "presence/PresenceHandler.h"

#include <string>

#include "plugin/api/AppError.h"
#include "support/Accounts.h"
#include "support/Document.h"
#include "support/ExactJson.h"
#include "support/RequireIdentity.h"

namespace chat::presence {
namespace {

std::vector<std::string> readNames(std::string_view text, std::size_t most) {
  const support::Document document(text);
  document.requireType("presence");
  const support::Member users = document.data().member("users");
  const auto* array = users.json().if_array();
  if (array == nullptr) users.refuse("must be an array of usernames");
  if (array->size() > most) users.refuseAsTooLarge("must have at most " + std::to_string(most) + " usernames");
  std::vector<std::string> names;
  for (const auto& element : *array) {
    const support::Member name(&element, users.name() + "[" + std::to_string(names.size()) + "]");
    names.emplace_back(name.text());
  }
  return names;
}

std::string documentOf(const std::vector<Person>& people) {
  std::string json = R"({"data":[)";
  for (const Person& person : people) {
    if (json.back() != '[') json.push_back(',');
    json.append(R"({"type":"presence","id":)");
    support::appendJsonString(json, person.name);
    json.append(R"(,"presence":{"online":)").append(person.state.online ? "true" : "false");
    if (!person.state.online && person.state.seen) {
      json.append(R"(,"seen":")").append(support::formatDate(*person.state.seen)).append("\"");
    }
    json.append("}}");
  }
  json.append("]}");
  return json;
}

/// A socket's id is unique only in its namespace.
std::string keyOf(const plugin::Caller& caller) {
  return std::string(caller.nsp()) + " " + std::string(caller.socketId());
}

base::UserId userOf(std::uint64_t accountId) {
  return base::UserId{support::userOf(accountId)};
}

}  // namespace

PresenceHandler::PresenceHandler(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock,
                                 const Settings& settings)
    : _emitter(emitter),
      _clock(clock),
      _settings(settings),
      _limiter(clock, settings.rate),
      _lastSeen(database),
      _watchList(clock, settings.grace) {}

void PresenceHandler::handle(const plugin::Request& request, plugin::Reply& reply) {
  const plugin::Identity& asker = support::requireIdentity(request.caller());
  const std::uint64_t askerId = support::accountId(asker);
  const std::vector<std::string> names = readNames(request.document(), _settings.users);
  if (const std::uint32_t seconds = _limiter.secondsToWait(asker.user.value); seconds > 0) {
    throw plugin::AppError(429, "Too often: try again in " + std::to_string(seconds) + " s", seconds);
  }
  std::vector<Person> people = _lastSeen.find(names);
  std::vector<base::UserId> users;
  for (const Person& person : people) users.push_back(userOf(person.id));
  const std::vector<bool> online = _emitter.areOnline(users);
  for (std::size_t i = 0; i < people.size(); ++i) people[i].state.online = online[i];
  people = _watchList.watch(keyOf(request.caller()), askerId, std::move(people));
  reply.answer(0, documentOf(people));
}

void PresenceHandler::connect(plugin::Admission& admission) {
  note(admission.caller());
}

void PresenceHandler::disconnected(const plugin::Caller& caller, std::string_view) {
  _watchList.forget(keyOf(caller));
  note(caller);
}

void PresenceHandler::note(const plugin::Caller& caller) {
  const plugin::Identity* identity = caller.identity();
  if (identity != nullptr) _lastSeen.note(support::accountId(*identity), support::toMillis(_clock.wallTime()));
}

void PresenceHandler::tell() {
  const std::vector<std::uint64_t> ids = _watchList.ids();
  if (ids.empty()) return;
  std::vector<base::UserId> users;
  users.reserve(ids.size());
  for (const std::uint64_t id : ids) users.push_back(userOf(id));
  for (const WatchList::Notice& notice : _watchList.update(ids, _emitter.areOnline(users))) {
    _emitter.emit(plugin::Target::toUser(userOf(notice.watcherId)), "presence", documentOf(notice.people));
  }
}

}  // namespace chat::presence
