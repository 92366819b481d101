#pragma once

#include <string>

#include "plugin/api/EventHandler.h"

/// Greets the logged-in user. Thread: any number of calls at the same time.
class @Class@Handler final : public chat::plugin::EventHandler {
 public:
  explicit @Class@Handler(std::string greeting) : _greeting(std::move(greeting)) {}
  void handle(const chat::plugin::Request& request, chat::plugin::Reply& reply) override;

 private:
  const std::string _greeting;
};
