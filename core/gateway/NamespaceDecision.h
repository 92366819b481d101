#pragma once

#include <optional>
#include <string_view>

#include "plugin/HandlerTable.h"
#include "plugin/PluginCall.h"
#include "plugin/TablePublication.h"
#include "plugin/api/Caller.h"

namespace chat::gateway {

/// What the plugins say to a namespace that isn't served (plugin::NamespaceHandler).
struct NamespaceDecision {
  bool isAccepted = false;
  std::optional<plugin::CallFailure> failure;  ///< one of them has refused it in its own words, or failed

  /// Asks them in order until one accepts. Thread: any that may wait.
  static NamespaceDecision ask(const plugin::TablePublication& tables, const plugin::Caller& caller,
                               std::string_view auth);
  /// The same at once, where all of them are Inline; nothing where they aren't, or one is being replaced.
  /// Thread: the loop's.
  static std::optional<NamespaceDecision> askInline(const plugin::HandlerTable& table, const plugin::Caller& caller,
                                                    std::string_view auth);
};

}  // namespace chat::gateway
