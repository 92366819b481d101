#include "plugin/folder/LiveFolder.h"

#include <pthread.h>

#include <utility>

namespace chat::plugin {

namespace {

/// How often retired plugins are checked for calls that are still running.
constexpr std::chrono::milliseconds RetiredPoll{50};

}  // namespace

LiveFolder::LiveFolder(PluginHost& host, std::filesystem::path folder, Options options)
    : _host(host), _options(std::move(options)), _watch(std::move(folder), _options.watches) {}

LiveFolder::~LiveFolder() {
  stop();
}

void LiveFolder::start() {
  _thread = std::thread([this] { run(); });
  pthread_setname_np(_thread.native_handle(), "plugin-folder");
}

void LiveFolder::stop() {
  _stopping = true;
  _watch.wake();
  if (_thread.joinable()) _thread.join();
}

void LiveFolder::rescan() noexcept {
  _isAsked = true;
  _watch.wake();
}

void LiveFolder::run() {
  // Finds what has changed between the host's first look and the start of the watch.
  if (_options.watches) look(Look::Change);
  while (!_stopping) {
    const auto woken = _isAsked ? FolderWatch::Woken::Asked : _watch.wait(patience());
    if (_stopping) return;
    if (_isAsked.exchange(false)) {
      const bool isTaken = !_options.reload || _options.reload();
      if (isTaken) look(Look::ByHand);
      _settingsTaken = isTaken;
      ++_looksByHand;
    } else if (woken == FolderWatch::Woken::Changed) {
      look(Look::Change);
    }
    _host.pollRetired();
  }
}

/// Looks until no file changes any more. A file that keeps changing delays no other: each look loads those that have
/// settled.
void LiveFolder::look(Look kind) {
  while (!_host.rescan(std::exchange(kind, Look::Change)) && !_stopping) {
    _host.pollRetired();
    settle();
  }
}

/// Waits for the whole time, whatever changes meanwhile.
void LiveFolder::settle() {
  const auto end = std::chrono::steady_clock::now() + _options.settle;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || _stopping) return;
    _watch.wait(left);
  }
}

std::chrono::milliseconds LiveFolder::patience() const noexcept {
  return _host.hasRetiring() ? RetiredPoll : std::chrono::milliseconds(-1);
}

}  // namespace chat::plugin
