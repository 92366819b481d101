#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "plugin/table/HandlerTable.h"

namespace chat::gateway {

/// A handler that has something to send to a client, and its plugin, which isn't unloaded meanwhile.
struct ReplayStep {
  std::shared_ptr<plugin::Generation> plugin;
  std::shared_ptr<plugin::EventStats> stats;
  plugin::CallGuard guard;
  std::function<void(const plugin::Caller&, std::string_view auth, plugin::Replay&)> call;
  std::optional<std::uint64_t> upTo{};  ///< the position up to which the client has everything afterwards, if known
};

}  // namespace chat::gateway
