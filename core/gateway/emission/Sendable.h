#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/options/Options.h"
#include "plugin/api/Emitter.h"

namespace chat::gateway {

/// What plugins may send: nothing that an official client would end its connection upon. Every text of a plugin's
/// passes here on its way out, in the plugin's own call, which hears of it by std::invalid_argument: for a handler that
/// is a fault. Thread: any.
class Sendable {
 public:
  explicit Sendable(const Options& options) noexcept : _rules{options.parser, options.maxAttachments} {}

  void requireEvent(std::string_view event, std::string_view args, std::size_t attachments) const;
  void requireArgs(std::string_view args, std::size_t attachments) const;
  /// The text of a document: one JSON value.
  static void requireDocument(std::string_view document);

 private:
  socketio::PacketRules _rules;
};

}  // namespace chat::gateway
