#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/file/ElfImage.h"
#include "plugin/file/SettingDeclaration.h"

namespace chat::plugin {

/// What a library was compiled against and with. Both sides of the boundary share C++ types, so both must agree.
struct BuildIdentity {
  int apiMajor = 0;
  int apiMinor = 0;
  std::string compiler;  ///< `gcc 12`
  std::string stdlib;    ///< `libstdc++ cxx11`
  std::string poco;      ///< `0x010B0000`, as of Poco/Version.h

  /// This server's.
  static const BuildIdentity& host();
};

/// What a plugin says of itself, in a section of its file that is read without running it (macro CHAT_PLUGIN):
///
///     chat-socketio plugin          always the first line
///     api 1.0                       the four lines of CHAT_PLUGIN_BUILD
///     compiler gcc 12
///     stdlib libstdc++ cxx11
///     poco 0x010B0000
///     name login                    [a-z][a-z0-9-]{0,31}
///     version 1.0.0
///     class LoginPlugin             as exported to the ClassLoader
///     event login                   for each event that it handles
///     command user                  for each command that it serves; named as plugins are
///     setting KEY TYPE DEFAULT …    for each setting; see SettingDeclaration
///
/// A value: thread any.
struct LibraryIdentity {
  BuildIdentity build;
  std::string name;
  std::string version;
  std::string className;
  std::vector<std::string> events;
  std::vector<std::string> commands;
  std::vector<SettingDeclaration> settings;

  /// Throws Refused where a line is missing, doubled or malformed, or where the API's version isn't served: further
  /// lines then may mean something else.
  static LibraryIdentity parse(std::string_view text);
  /// Throws Refused where the library has no identity, else as `parse()`.
  static LibraryIdentity of(const ElfImage& image);

  /// Throws Refused, naming both values, where compiler, standard library or Poco differ from the host's.
  void checkBuild(const BuildIdentity& host) const;
};

}  // namespace chat::plugin
