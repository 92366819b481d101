#pragma once

#include <string>

#include "base/JsonText.h"
#include "plugin/api/Caller.h"

namespace chat::gateway {

/// What a plain WebSocket is told of who it speaks for: `{"data":{"type":"login","id":…,"user_auth":{"username":…}}}`,
/// in the shape that clients know from signing in.
inline std::string identityDocument(const plugin::Identity& who) {
  std::string document = R"({"data":{"type":"login","id":")";
  base::appendJsonEscaped(document, who.user.value);
  document += R"(","user_auth":{"username":")";
  base::appendJsonEscaped(document, who.name);
  return document + R"("}}})";
}

}  // namespace chat::gateway
