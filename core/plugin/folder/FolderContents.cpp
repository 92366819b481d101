#include "plugin/folder/FolderContents.h"

#include <algorithm>
#include <utility>

#include "plugin/call/PluginCall.h"
#include "plugin/file/Candidate.h"
#include "plugin/file/Refused.h"

namespace chat::plugin {

bool FolderContents::read(const std::vector<std::filesystem::path>& files, Look look, const Refusing& refuse) {
  std::erase_if(_entries, [&](const Entries::value_type& item) {
    return std::find(files.begin(), files.end(), item.first) == files.end();
  });
  bool isSettled = true;
  for (const auto& path : files) {
    auto& entry = _entries[path];
    entry.file = path.filename().string();
    if (look == Look::ByHand && entry.identity) entry.refusal.clear();
    const auto stamp = PluginStamp::of(path);
    if (stamp == entry.stamp && (look != Look::ByHand || entry.identity)) continue;
    if (look != Look::Start && stamp != entry.seen) {
      entry.seen = stamp;
      isSettled = false;
      continue;
    }
    entry.stamp = entry.seen = stamp;
    readFile(path, entry, refuse);
  }
  return isSettled;
}

void FolderContents::readFile(const std::filesystem::path& path, FolderEntry& entry, const Refusing& refuse) {
  entry.identity.reset();
  entry.refusal.clear();
  entry.mayPass = false;
  try {
    entry.identity = Candidate::read(path).identity();
    if (entry.plugin && entry.plugin->identity().name != entry.identity->name) entry.plugin.reset();
  } catch (const Refused& refused) {
    refuse(entry, refused.what());
  } catch (...) {
    refuse(entry, currentFailure().text);
  }
}

std::vector<std::string> FolderContents::names() const {
  std::vector<std::string> names;
  for (const auto& [path, entry] : _entries) {
    if (!entry.identity || std::find(names.begin(), names.end(), entry.identity->name) != names.end()) continue;
    names.push_back(entry.identity->name);
  }
  return names;
}

std::vector<FolderContents::Entries::value_type*> FolderContents::newestFirst(const std::string& name) {
  std::vector<Entries::value_type*> items;
  for (auto& item : _entries) {
    if (item.second.identity && item.second.identity->name == name) items.push_back(&item);
  }
  std::sort(items.begin(), items.end(), [](const auto* left, const auto* right) {
    const auto leftTime = left->second.stamp.library.modified;
    const auto rightTime = right->second.stamp.library.modified;
    return leftTime != rightTime ? leftTime > rightTime : left->first > right->first;
  });
  return items;
}

const FolderEntry* FolderContents::holderOf(const std::shared_ptr<Generation>& plugin) const {
  for (const auto& [path, entry] : _entries) {
    if (plugin && entry.plugin == plugin) return &entry;
  }
  return nullptr;
}

void FolderContents::forget(const std::shared_ptr<Generation>& plugin) {
  for (auto& [path, entry] : _entries) {
    if (entry.plugin == plugin) entry.plugin.reset();
  }
}

bool FolderContents::retryTemporary() {
  bool mayRetry = false;
  for (auto& [path, entry] : _entries) {
    if (!std::exchange(entry.mayPass, false)) continue;
    entry.refusal.clear();
    mayRetry = true;
  }
  return mayRetry;
}

PluginStatus statusOf(const FolderEntry& entry, const PluginSelection& selection) {
  PluginStatus status;
  status.file = entry.file;
  status.reason = entry.refusal;
  status.plugin = entry.plugin;
  if (entry.plugin) status.generation = entry.plugin->number();
  if (entry.identity) {
    status.name = entry.identity->name;
    status.version = entry.identity->version;
    status.events = entry.identity->events;
  }
  if (!status.name.empty() && !selection.takes(status.name)) {
    status.state = PluginStatus::State::Disabled;
  } else if (!entry.refusal.empty()) {
    status.state = PluginStatus::State::Refused;
  } else if (entry.plugin) {
    status.state = PluginStatus::State::Serving;
  } else {
    status.state = entry.identity ? PluginStatus::State::Superseded : PluginStatus::State::Changing;
  }
  return status;
}

}  // namespace chat::plugin
