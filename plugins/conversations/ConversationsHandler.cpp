#include "conversations/ConversationsHandler.h"

#include <limits>
#include <string>

#include "support/Document.h"
#include "support/ExactJson.h"
#include "support/PageRequest.h"
#include "support/RequireIdentity.h"

namespace chat::conversations {
namespace {

constexpr auto AboveAll = std::numeric_limits<std::uint64_t>::max();

void appendWatermarks(std::string& json, std::string_view name, const Watermarks& watermarks) {
  json.append(",\"").append(name).append(R"(":{"delivered":")").append(std::to_string(watermarks.delivered));
  json.append(R"(","read":")").append(std::to_string(watermarks.read)).append("\"}");
}

void appendConversation(std::string& json, const Conversation& conversation, std::uint64_t askerId) {
  const support::ChatMessage& last = conversation.last;
  const std::string& peer = last.senderId == askerId ? last.receiver : last.sender;
  json.append(R"({"type":"conversation","id":)");
  support::appendJsonString(json, peer);
  json.append(R"(,"conversation":{"rid":)");
  support::appendJsonString(json, peer);
  json.append(R"(,"unread":)").append(std::to_string(conversation.unread)).append(R"(,"last":)");
  support::appendMessage(json, last, support::ShowLid::No);
  appendWatermarks(json, "own", conversation.own);
  appendWatermarks(json, "peer", conversation.peers);
  json.append("}}");
}

}  // namespace

void ConversationsHandler::handle(const plugin::Request& request, plugin::Reply& reply) {
  const std::uint64_t asker = support::accountId(support::requireIdentity(request.caller()));
  const support::Document document(request.document());
  document.requireType("conversation");
  const support::PageRequest asked(document);

  const ConversationStore::Page page = _store.pageBefore(asker, asked.before.value_or(AboveAll), asked.rows);
  std::string json = R"({"data":[)";
  for (const Conversation& conversation : page.conversations) {
    if (json.back() != '[') json.push_back(',');
    appendConversation(json, conversation, asker);
  }
  json.append(R"(],"meta":{"rows":)").append(std::to_string(asked.rows));
  if (page.next != 0) json.append(R"(,"next":")").append(std::to_string(page.next)).append("\"");
  json.append("}}");
  reply.answer(0, json);
}

}  // namespace chat::conversations
