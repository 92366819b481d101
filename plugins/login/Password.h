#pragma once

#include <string>
#include <string_view>

namespace chat::login {

/// A password as it was typed, and the form in which it is hashed: composed (Unicode's NFC), since one system sends ä
/// as one character and another as a and two dots. A value; not kept longer than a call.
class Password {
 public:
  /// `typed` is valid UTF-8.
  explicit Password(std::string_view typed);

  const std::string& composed() const noexcept { return _composed; }
  const std::string& typed() const noexcept { return _typed; }
  /// Whether both are the same, as for almost all passwords.
  bool isTypedComposed() const noexcept { return _typed == _composed; }

 private:
  std::string _typed;
  std::string _composed;
};

}  // namespace chat::login
