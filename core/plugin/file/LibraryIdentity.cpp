#include "plugin/file/LibraryIdentity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "plugin/api/Plugin.h"
#include "plugin/file/Refused.h"

namespace chat::plugin {

namespace {

constexpr std::string_view FirstLine = "chat-socketio plugin";
constexpr std::size_t MaxNameLength = 32;
constexpr auto NameRule = "a small letter and up to 31 small letters, digits or '-'";

/// Socket.IO keeps these names for itself: no client can send them as events.
constexpr std::array<std::string_view, 6> ReservedEvents = {"connect",       "connect_error", "disconnect",
                                                            "disconnecting", "newListener",   "removeListener"};

std::string inQuotes(std::string_view text) {
  return "'" + std::string(text) + "'";
}

[[noreturn]] void malformed(const std::string& what) {
  throw Refused("its identity is malformed: " + what + "; correct the plugin's CHAT_PLUGIN(…) and build it again");
}

bool isName(std::string_view name) {
  const auto isLetter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= MaxNameLength && isLetter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return isLetter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

void parseApi(std::string_view text, BuildIdentity& build) {
  const char* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, build.apiMajor);
  if (major.ec == std::errc() && major.ptr != end && *major.ptr == '.') {
    const auto minor = std::from_chars(major.ptr + 1, end, build.apiMinor);
    if (minor.ec == std::errc() && minor.ptr == end) return;
  }
  malformed("api " + inQuotes(text) + " is not MAJOR.MINOR");
}

std::string apiText(const BuildIdentity& build) {
  return std::to_string(build.apiMajor) + "." + std::to_string(build.apiMinor);
}

void checkApi(const BuildIdentity& build) {
  const auto& host = BuildIdentity::host();
  if (build.apiMajor == host.apiMajor && build.apiMinor <= host.apiMinor) return;
  const bool isNewer = build.apiMajor >= host.apiMajor;
  throw Refused("built for plugin API " + apiText(build) + "; this server has " + apiText(host) +
                (isNewer ? ": update the server, or build the plugin with this server's SDK"
                         : ": build the plugin again with this server's SDK"));
}

/// Poco writes its version as 0xAABBCCDD.
std::string pocoText(const std::string& hex) {
  unsigned long number = 0;
  const auto digits = std::string_view(hex).substr(hex.starts_with("0x") ? 2 : 0);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return inQuotes(hex);
  return std::to_string(number >> 24) + "." + std::to_string(number >> 16 & 0xFF) + "." +
         std::to_string(number >> 8 & 0xFF);
}

/// Calls `line(key, value)` for each line.
void forEachLine(std::string_view text, const std::function<void(std::string_view, std::string_view)>& line) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (whole.empty()) continue;
    const auto space = std::min(whole.find(' '), whole.size());
    line(whole.substr(0, space), whole.substr(std::min(space + 1, whole.size())));
  }
}

void setOnce(std::string& member, std::string_view key, std::string_view value) {
  if (!member.empty()) malformed("the line " + inQuotes(key) + " stands twice");
  if (value.empty()) malformed("the line " + inQuotes(key) + " is empty");
  member = value;
}

void addEvent(LibraryIdentity& identity, std::string_view event) {
  if (event.empty()) malformed("an event has no name");
  if (std::find(ReservedEvents.begin(), ReservedEvents.end(), event) != ReservedEvents.end()) {
    malformed("the event name " + inQuotes(event) + " is reserved by Socket.IO");
  }
  if (std::find(identity.events.begin(), identity.events.end(), event) != identity.events.end()) {
    malformed("the event " + inQuotes(event) + " is declared twice");
  }
  identity.events.emplace_back(event);
}

void addCommand(LibraryIdentity& identity, std::string_view command) {
  if (!isName(command)) malformed("the command " + inQuotes(command) + " is not " + NameRule);
  if (std::find(identity.commands.begin(), identity.commands.end(), command) != identity.commands.end()) {
    malformed("the command " + inQuotes(command) + " is declared twice");
  }
  identity.commands.emplace_back(command);
}

void addSetting(LibraryIdentity& identity, std::string_view text) {
  auto setting = SettingDeclaration::parse(text);
  for (const auto& other : identity.settings) {
    if (other.key == setting.key) malformed("the setting " + inQuotes(setting.key) + " is declared twice");
  }
  identity.settings.push_back(std::move(setting));
}

BuildIdentity parseBuild(std::string_view text) {
  BuildIdentity build;
  std::string api;
  forEachLine(text, [&](std::string_view key, std::string_view value) {
    if (key == "api") setOnce(api, key, value);
    if (key == "compiler") setOnce(build.compiler, key, value);
    if (key == "stdlib") setOnce(build.stdlib, key, value);
    if (key == "poco") setOnce(build.poco, key, value);
  });
  parseApi(api, build);
  return build;
}

}  // namespace

const BuildIdentity& BuildIdentity::host() {
  static const BuildIdentity build = parseBuild(CHAT_PLUGIN_BUILD);
  return build;
}

LibraryIdentity LibraryIdentity::of(const ElfImage& image) {
  const auto section = image.section(".chat_plugin");
  if (!section) {
    throw Refused(
        "a shared library, but not a plugin of this server (no section .chat_plugin); give it a CHAT_PLUGIN(…), or "
        "move it out of the plugin folder");
  }
  return parse(section->substr(0, section->find('\0')));
}

LibraryIdentity LibraryIdentity::parse(std::string_view text) {
  if (!text.starts_with(FirstLine) || text.substr(FirstLine.size()).substr(0, 1) != "\n") {
    malformed("it does not begin with " + inQuotes(FirstLine));
  }
  text.remove_prefix(FirstLine.size() + 1);

  LibraryIdentity identity;
  identity.build = parseBuild(text);
  checkApi(identity.build);
  forEachLine(text, [&](std::string_view key, std::string_view value) {
    if (key == "api" || key == "compiler" || key == "stdlib" || key == "poco") return;
    if (key == "name") return setOnce(identity.name, key, value);
    if (key == "version") return setOnce(identity.version, key, value);
    if (key == "class") return setOnce(identity.className, key, value);
    if (key == "event") return addEvent(identity, value);
    if (key == "command") return addCommand(identity, value);
    if (key == "setting") return addSetting(identity, value);
    malformed("the line " + inQuotes(key) + " is unknown; known are event, command and setting");
  });
  if (!isName(identity.name)) {
    malformed("the name " + inQuotes(identity.name) + " is not " + NameRule);
  }
  if (identity.version.empty()) malformed("it has no version");
  if (identity.className.empty()) malformed("it names no class");
  return identity;
}

void LibraryIdentity::checkBuild(const BuildIdentity& host) const {
  const auto differs = [](const std::string& what, const std::string& found, const std::string& expected) {
    throw Refused("built with " + what + " " + found + ", this server with " + expected +
                  "; the two share C++ types and must agree: build the plugin again with the server's");
  };
  if (build.compiler != host.compiler) differs("compiler", build.compiler, host.compiler);
  if (build.stdlib != host.stdlib) differs("C++ library", build.stdlib, host.stdlib);
  if (build.poco != host.poco) differs("Poco", pocoText(build.poco), pocoText(host.poco));
}

}  // namespace chat::plugin
