#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/file/ElfImage.h"
#include "plugin/file/SettingDeclaration.h"

namespace chat::plugin {

/// With what a library was compiled. Plugin and server share C++ types, so these must agree.
struct BuildIdentity {
  int apiMajor = 0;
  int apiMinor = 0;
  std::string compiler;  ///< `gcc 12`
  std::string stdlib;    ///< `libstdc++ cxx11`
  std::string poco;      ///< `0x010B0000`, as of Poco/Version.h

  /// This server's.
  static const BuildIdentity& host();
};

/// What a plugin says of itself, in a section of its file that is read without running the plugin (macro CHAT_PLUGIN):
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

  /// Throws Refused if a line is missing, doubled or malformed. Also if the server doesn't support the API's version:
  /// then the further lines may mean something else, and aren't read.
  static LibraryIdentity parse(std::string_view text);
  /// Throws Refused if the library has no identity; otherwise as `parse()`.
  static LibraryIdentity of(const ElfImage& image);

  /// Throws Refused, naming both values, if the compiler, the standard library or Poco differs from the host's.
  void checkBuild(const BuildIdentity& host) const;
};

}  // namespace chat::plugin
