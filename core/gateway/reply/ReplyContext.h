#pragma once

#include <Poco/Logger.h>

#include "gateway/endpoint/Directory.h"
#include "gateway/options/Options.h"
#include "gateway/reply/Outgoing.h"
#include "plugin/api/Emitter.h"

namespace chat::gateway {

/// What the replies of one loop need. Outlives them.
struct ReplyContext {
  Directory& directory;
  plugin::Emitter& emitter;
  Outgoing& outgoing;
  const Options& options;
  Poco::Logger& logger;
};

}  // namespace chat::gateway
