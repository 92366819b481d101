#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/endpoint/Positions.h"
#include "plugin/call/PluginCall.h"
#include "plugin/run/Generation.h"
#include "plugin/table/TablePublication.h"

namespace chat::gateway {

/// What a plugin has said of its stream (plugin::StreamHandler::last), to be counted on the loop.
struct StreamAnswer {
  std::shared_ptr<plugin::Generation> plugin;
  std::shared_ptr<plugin::EventStats> stats;
  StreamStart start;
  std::chrono::steady_clock::duration took{};
  std::optional<plugin::CallFailure> failure{};
  bool isRejected = false;  ///< it was out of service, so not asked
};

/// Asks the plugins where their streams stand for somebody who has just become known. The answers as far as they were
/// asked: the last one has a failure if that one couldn't say. Thread: any that may block.
struct StreamStarts {
  std::vector<StreamAnswer> answers;
  std::optional<plugin::CallFailure> failure;

  static StreamStarts ask(const plugin::TablePublication& tables, const plugin::Identity& who);
};

}  // namespace chat::gateway
