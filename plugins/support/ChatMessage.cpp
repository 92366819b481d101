#include "support/ChatMessage.h"

#include "support/ExactJson.h"

namespace chat::support {

void appendMessage(std::string& json, const ChatMessage& message, ShowLid showLid) {
  json.append(R"({"type":"msg","id":")").append(std::to_string(message.id)).append("\"");
  if (showLid == ShowLid::Yes && message.lid) {
    json.append(R"(,"lid":)");
    appendJsonString(json, *message.lid);
  }
  json.append(R"(,"message":{"message_data":)");
  appendJsonString(json, message.text);
  json.append(R"(,"date":")").append(formatDate(message.date)).append(R"(","sid":)");
  appendJsonString(json, message.sender);
  json.append(R"(,"rid":)");
  appendJsonString(json, message.receiver);
  json.append(R"(,"attributes":)").append(message.attributes).append("}}");
}

std::string messageDocument(const ChatMessage& message, ShowLid showLid) {
  std::string json = R"({"data":)";
  appendMessage(json, message, showLid);
  json.push_back('}');
  return json;
}

}  // namespace chat::support
