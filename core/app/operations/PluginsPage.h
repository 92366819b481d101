#pragma once

#include <functional>
#include <string>
#include <utility>

#include "http/Exchange.h"

namespace chat::app {

class SocketStack;

/// The files of the plugin folder and the running plugins, as JSON for people and scripts.
std::string describePlugins(const SocketStack& stack);

/// `/plugins`. Thread: any.
class PluginsPage final : public http::RequestHandler {
 public:
  explicit PluginsPage(const SocketStack& stack) : _stack(stack) {}
  void handle(http::Exchange& exchange) override;

 private:
  const SocketStack& _stack;
};

/// `POST /plugins/rescan`: starts a look at the folder and the settings, and answers 202 before it is done.
class RescanPage final : public http::RequestHandler {
 public:
  explicit RescanPage(std::function<void()> rescan) : _rescan(std::move(rescan)) {}
  void handle(http::Exchange& exchange) override;

 private:
  const std::function<void()> _rescan;
};

}  // namespace chat::app
