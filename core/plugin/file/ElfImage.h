#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace chat::plugin {

/// The ELF file of a shared library, read without running any of it: its sections and its dynamic symbols.
///
/// The dynamic loader maps what the headers promise. If the file is shorter, the first access to the missing part is a
/// SIGBUS that nothing can catch. So a library is checked here before it is opened.
///
/// Thread: any; immutable. Views point into the bytes given to `parse()`, which must outlive the image.
class ElfImage {
 public:
  /// Throws Refused if the bytes are not a complete 64-bit ELF shared library for this machine.
  static ElfImage parse(std::string_view bytes);

  /// The bytes of the section with that name.
  std::optional<std::string_view> section(std::string_view name) const noexcept;
  /// The names (mangled) that the library exports, in the order of its table.
  const std::vector<std::string_view>& exportedSymbols() const noexcept { return _exported; }
  /// The names (mangled) that it imports.
  const std::vector<std::string_view>& undefinedSymbols() const noexcept { return _undefined; }
  /// Whether it has symbols that exist once in the whole process (STB_GNU_UNIQUE); the dynamic loader never unmaps such
  /// a library.
  bool hasUniqueSymbols() const noexcept { return _hasUniqueSymbols; }

 private:
  struct Section {
    std::string_view name;
    std::string_view bytes;
    std::uint32_t type = 0;
    std::uint32_t link = 0;
  };

  void readSegments(std::string_view bytes);
  void readSections(std::string_view bytes);
  void readSymbols();

  std::vector<Section> _sections;
  std::vector<std::string_view> _exported;
  std::vector<std::string_view> _undefined;
  bool _hasUniqueSymbols = false;
};

}  // namespace chat::plugin
