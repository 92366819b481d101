#include "gateway/call/ErrorDocument.h"

#include "base/JsonText.h"

namespace chat::gateway {

std::string errorDocument(int code, std::string_view detail, std::optional<std::uint32_t> retryAfterSeconds) {
  std::string document = "{\"errors\":{\"code\":\"" + std::to_string(code) + "\",\"detail\":\"";
  base::appendJsonEscaped(document, detail);
  document += "\"}";
  if (retryAfterSeconds) document += ",\"meta\":{\"retry_after\":" + std::to_string(*retryAfterSeconds) + "}";
  document += "}";
  return document;
}

}  // namespace chat::gateway
