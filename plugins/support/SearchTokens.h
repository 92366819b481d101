#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/MessageTraits.h"

namespace chat::support {

/// A message for the search index.
struct IndexedMessage {
  std::uint64_t id = 0;
  std::uint64_t conversationId = 0;
  std::uint64_t senderId = 0;
  std::vector<std::uint64_t> memberIds;  ///< the conversation's accounts; one may come twice
  std::string_view text;
  std::string_view attributes = "{}";  ///< a JSON object
};

/// The words of the search index. A text has a token for each two, three and five neighbouring characters (plainText(),
/// letters and digits), so that any part of it can be found. Characters that are words by themselves (Chinese, kana,
/// emoji and other symbols) are tokens alone and in pairs only. All other tokens are longer, so they can't be taken for
/// those of a text.
///
/// Each token consists of ASCII letters and digits and characters beyond ASCII: a tokenizer that splits at other ASCII
/// characters leaves it as it is.
class SearchTokens {
 public:
  /// All tokens of a message, with a space between them.
  static std::string ofMessage(const IndexedMessage& message);
  /// Tokens that each text has that contains `folded`; none if it is too short to have one.
  static std::vector<std::string> ofTerm(std::u32string_view folded);

  static std::string ofConversation(std::uint64_t conversationId);
  /// Messages of conversations whose member this account was when they were written.
  static std::string ofMember(std::uint64_t accountId);
  static std::string ofSender(std::uint64_t accountId);
  static std::vector<std::string> ofTraits(const MessageTraits& traits);
};

}  // namespace chat::support
