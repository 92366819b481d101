#pragma once

#include <span>
#include <string_view>

#include "base/JsonText.h"
#include "plugin/api/Request.h"

namespace chat::gateway {

/// An event as a handler sees it; views what the caller of the handler holds.
class EventRequest final : public plugin::Request {
 public:
  EventRequest(std::string_view event, std::string_view args, std::span<const std::string_view> attachments,
               bool wantsAck, const plugin::Caller& caller) noexcept
      : _event(event), _args(args), _attachments(attachments), _wantsAck(wantsAck), _caller(caller) {}

  std::string_view event() const noexcept override { return _event; }
  std::string_view args() const noexcept override { return _args; }
  std::string_view document() const noexcept override {
    const auto end = base::skipJsonValue(_args);
    return end == std::string_view::npos ? std::string_view{} : _args.substr(0, end);
  }
  std::size_t attachmentCount() const noexcept override { return _attachments.size(); }
  std::string_view attachment(std::size_t num) const noexcept override { return _attachments[num]; }
  bool wantsAck() const noexcept override { return _wantsAck; }
  const plugin::Caller& caller() const noexcept override { return _caller; }

 private:
  std::string_view _event;
  std::string_view _args;
  std::span<const std::string_view> _attachments;
  bool _wantsAck;
  const plugin::Caller& _caller;
};

}  // namespace chat::gateway
