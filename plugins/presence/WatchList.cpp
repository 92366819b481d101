#include "presence/WatchList.h"

#include <algorithm>
#include <set>
#include <utility>

namespace chat::presence {

std::vector<Person> WatchList::watch(const std::string& socket, std::uint64_t watcherId, std::vector<Person> people) {
  const std::lock_guard lock(_mutex);
  // First adds the new users, then removes the old ones, so that users who stay watched keep their state.
  std::vector<std::uint64_t> ids;
  for (Person& person : people) {
    Watched& watched = _watched[person.id];
    if (watched.watchers.empty()) {
      watched.name = person.name;
      watched.state = person.state;
    }
    ++watched.watchers[watcherId];
    // A user who came and left between two updates was online since.
    if (!watched.state.online) watched.state.seen = std::max(watched.state.seen, person.state.seen);
    person.state = watched.state;
    ids.push_back(person.id);
  }
  forgetLocked(socket);
  if (ids.empty()) return people;
  _watcherOf[socket] = watcherId;
  Watcher& watcher = _watchers[watcherId];
  watcher.sockets[socket] = std::move(ids);
  watcher.notBefore = _updates + 2;
  return people;
}

void WatchList::forget(const std::string& socket) {
  const std::lock_guard lock(_mutex);
  forgetLocked(socket);
}

void WatchList::forgetLocked(const std::string& socket) {
  const auto found = _watcherOf.find(socket);
  if (found == _watcherOf.end()) return;
  const std::uint64_t watcherId = found->second;
  _watcherOf.erase(found);
  Watcher& watcher = _watchers.at(watcherId);
  for (const std::uint64_t id : watcher.sockets.at(socket)) {
    const auto watched = _watched.find(id);
    auto& watchers = watched->second.watchers;
    if (--watchers.at(watcherId) == 0) watchers.erase(watcherId);
    if (watchers.empty()) _watched.erase(watched);
  }
  watcher.sockets.erase(socket);
  if (watcher.sockets.empty()) _watchers.erase(watcherId);
}

std::vector<std::uint64_t> WatchList::ids() const {
  const std::lock_guard lock(_mutex);
  std::set<std::uint64_t> ids;
  for (const auto& [id, watched] : _watched) ids.insert(ids.end(), id);
  for (const auto& [id, watcher] : _watchers) ids.insert(id);
  return {ids.begin(), ids.end()};
}

std::size_t WatchList::watchedCount() const {
  const std::lock_guard lock(_mutex);
  return _watched.size();
}

std::vector<WatchList::Notice> WatchList::update(const std::vector<std::uint64_t>& ids,
                                                 const std::vector<bool>& online) {
  const base::TimePoint now = _clock.now();
  const std::lock_guard lock(_mutex);
  ++_updates;
  std::vector<std::string> gone;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (const auto watched = _watched.find(ids[i]); watched != _watched.end()) {
      if (change(watched->second, online[i], now)) {
        for (const auto& [watcherId, sockets] : watched->second.watchers) {
          _watchers.at(watcherId).news.push_back(ids[i]);
        }
      }
    }
    if (const auto watcher = _watchers.find(ids[i]); watcher != _watchers.end()) {
      auto& missingSince = watcher->second.missingSince;
      if (online[i]) {
        missingSince.reset();
      } else if (!missingSince) {
        missingSince = now;
      } else if (now - *missingSince >= _grace) {
        for (const auto& [socket, watchedIds] : watcher->second.sockets) gone.push_back(socket);
      }
    }
  }
  for (const std::string& socket : gone) forgetLocked(socket);

  std::vector<Notice> notices;
  for (auto& [watcherId, watcher] : _watchers) {
    if (watcher.news.empty() || _updates < watcher.notBefore) continue;
    std::sort(watcher.news.begin(), watcher.news.end());
    watcher.news.erase(std::unique(watcher.news.begin(), watcher.news.end()), watcher.news.end());
    Notice notice{watcherId, {}};
    for (const std::uint64_t id : std::exchange(watcher.news, {})) {
      const auto watched = _watched.find(id);
      if (watched == _watched.end() || watched->second.watchers.count(watcherId) == 0) continue;
      notice.people.push_back({id, watched->second.name, watched->second.state});
    }
    if (!notice.people.empty()) notices.push_back(std::move(notice));
  }
  return notices;
}

/// Whether the user's reported state has changed.
bool WatchList::change(Watched& watched, bool online, base::TimePoint now) {
  if (online) {
    watched.missingSince.reset();
    if (watched.state.online) return false;
    watched.state.online = true;
    return true;
  }
  if (!watched.state.online) return false;
  if (!watched.missingSince) {
    watched.missingSince = now;
    watched.missingAt = support::toMillis(_clock.wallTime());
  }
  if (now - *watched.missingSince < _grace) return false;
  watched.state = {false, watched.missingAt};
  watched.missingSince.reset();
  return true;
}

}  // namespace chat::presence
