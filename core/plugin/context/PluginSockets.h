#pragma once

#include <Poco/Logger.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "plugin/api/Sockets.h"
#include "plugin/call/Callee.h"
#include "plugin/context/PluginEmitter.h"
#include "plugin/context/SocketBackend.h"

namespace chat::plugin {

/// The Sockets of one generation of a plugin. A question that is under way counts as a call inside the plugin, so that
/// its callback can't outlive the plugin. Before the plugin is unloaded, its questions are ended.
///
/// Thread: any. Limit: PluginLimits::questions are under way at a time.
class PluginSockets final : public Sockets {
 public:
  /// `backend`: null if there are no sockets; every question then throws std::logic_error.
  PluginSockets(SocketBackend* backend, PluginEmitter& emitter, Callee& plugin, Poco::Logger& logger)
      : _backend(backend), _emitter(emitter), _plugin(plugin), _logger(logger) {}

  /// The emitter of the same plugin.
  PluginEmitter& emitter() noexcept { return _emitter; }
  /// Ends the questions that are under way, and from now on each new one at once.
  void endAll();

  /// A place among the questions under way, kept until the last reference to it is gone. Throws AppError(503) if no
  /// place is free.
  class Place;
  using PlaceRef = std::shared_ptr<Place>;
  PlaceRef reserve();
  /// As `Sockets::ask`, with a place that was reserved before; so it throws nothing.
  void ask(PlaceRef place, const Target& target, std::string_view event, std::string_view args,
           const AskOptions& options, AckCallback callback, std::span<const std::string_view> attachments);

  void ask(const Target& target, std::string_view event, std::string_view args, const AskOptions& options,
           AckCallback callback, std::span<const std::string_view> attachments) override;
  std::shared_ptr<const AckResult> askAndWait(const Target& target, std::string_view event, std::string_view args,
                                              std::chrono::milliseconds timeout,
                                              std::span<const std::string_view> attachments) override;
  std::shared_ptr<const AckResult> askAndWait(const Target& target, std::string_view event, std::string_view args,
                                              const AskOptions& options,
                                              std::span<const std::string_view> attachments) override;
  void fetch(const Target& target, Execution execution, SocketListCallback callback) override;
  std::shared_ptr<const SocketList> fetchAndWait(const Target& target, std::chrono::milliseconds timeout) override;
  std::size_t countAndWait(const Target& target, std::chrono::milliseconds timeout) override;
  void setData(const Target& target, std::string_view key, std::string_view value) override;

 private:
  SocketBackend& backend() const;
  std::shared_ptr<Pending> begin(PlaceRef place, const std::function<std::shared_ptr<Pending>(PlaceRef)>& call);
  template <typename Callback, typename Result>
  void tell(Execution execution, PlaceRef place, Callback callback, std::shared_ptr<const Result> result);
  template <typename Result, typename Call>
  std::pair<Result, bool> wait(std::chrono::milliseconds timeout, Call&& call);

  SocketBackend* const _backend;
  PluginEmitter& _emitter;
  Callee& _plugin;
  Poco::Logger& _logger;

  std::mutex _mutex;
  std::map<std::uint64_t, std::shared_ptr<Pending>> _underWay;  // null while a question begins
  std::uint64_t _last = 0;
  bool _ending = false;
};

}  // namespace chat::plugin
