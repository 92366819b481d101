#pragma once

#include <optional>
#include <vector>

#include "gateway/endpoint/Positions.h"
#include "plugin/call/PluginCall.h"
#include "plugin/table/TablePublication.h"

namespace chat::gateway {

/// Asks the plugins where their streams stand for somebody who has just become known (plugin::StreamHandler). Thread:
/// any that may block. Gives why one couldn't say.
std::optional<plugin::CallFailure> askStarts(const plugin::TablePublication& tables, const plugin::Identity& who,
                                             std::vector<StreamStart>& starts);

}  // namespace chat::gateway
