#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "support/Date.h"

namespace chat::support {

/// A stored message.
struct ChatMessage {
  std::uint64_t id = 0;
  std::uint64_t senderId = 0;
  std::uint64_t receiverId = 0;
  Millis date = 0;
  std::string sender;    ///< the username as registered
  std::string receiver;  ///< the username as registered
  std::string text;
  std::string attributes = "{}";   ///< a JSON object
  std::optional<std::string> lid;  ///< the sender's own id for it
};

/// Whether a document shows the message's `lid`, which only the sender may see.
enum class ShowLid { No, Yes };

/// Appends `{"type":"msg","id":…}`.
void appendMessage(std::string& json, const ChatMessage& message, ShowLid showLid);

/// `{"data":{"type":"msg",…}}`
std::string messageDocument(const ChatMessage& message, ShowLid showLid);

}  // namespace chat::support
