#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugin/api/CommandHandler.h"

namespace chat::test {

/// A command at the command line, or by a request to the server, whose output is kept.
class FakeCommand final : public plugin::CommandCall {
 public:
  explicit FakeCommand(std::vector<std::string> words, std::string secret = {}, bool isAtCommandLine = true)
      : _texts(std::move(words)),
        _words(_texts.begin(), _texts.end()),
        _secret(std::move(secret)),
        _isAtCommandLine(isAtCommandLine) {}
  std::span<const std::string_view> words() const noexcept override { return _words; }
  std::string_view secret(std::string_view) override { return _secret; }
  void print(std::string_view text) override { output += text; }
  bool isAtCommandLine() const noexcept override { return _isAtCommandLine; }

  std::string output;

 private:
  std::vector<std::string> _texts;
  std::vector<std::string_view> _words;
  std::string _secret;
  bool _isAtCommandLine;
};

}  // namespace chat::test
