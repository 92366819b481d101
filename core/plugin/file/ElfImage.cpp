#include "plugin/file/ElfImage.h"

#include <elf.h>

#include <bit>
#include <cstring>
#include <string>
#include <type_traits>

#include "plugin/file/Refused.h"

namespace chat::plugin {

namespace {

#if defined(__x86_64__)
constexpr std::uint16_t HostMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t HostMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr std::uint16_t HostMachine = EM_RISCV;
#else
#error "name this machine's ELF number here"
#endif
constexpr unsigned char HostByteOrder = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

/// The part [offset, offset + size) of the file, whose length is thereby checked.
std::string_view slice(std::string_view bytes, std::uint64_t offset, std::uint64_t size, const char* what) {
  if (offset > bytes.size() || size > bytes.size() - offset) {
    throw Refused("the file is truncated: its " + std::string(what) + " would end at byte " +
                  std::to_string(offset + size) + ", but the file has " + std::to_string(bytes.size()) +
                  "; copy it again, to a name that begins with a dot, and rename it when it is complete");
  }
  return bytes.substr(offset, size);
}

/// A structure out of the file, which promises no alignment. `table` is known to hold `index` + 1 of them.
template <typename T>
T entry(std::string_view table, std::size_t index) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  std::memcpy(&value, table.data() + index * sizeof(T), sizeof(T));
  return value;
}

std::string_view nameAt(std::string_view strings, std::uint64_t offset) {
  if (offset >= strings.size()) throw Refused("the file is damaged: a name lies outside its table; build it again");
  const auto rest = strings.substr(offset);
  return rest.substr(0, rest.find('\0'));
}

Elf64_Ehdr header(std::string_view bytes) {
  if (bytes.empty()) throw Refused("the file is empty; copy the plugin again");
  if (!bytes.starts_with(std::string_view(ELFMAG, SELFMAG))) {
    throw Refused("not a shared library (no ELF header); put only plugins built with chat_add_plugin into this folder");
  }
  const auto found = entry<Elf64_Ehdr>(slice(bytes, 0, sizeof(Elf64_Ehdr), "header"), 0);
  if (found.e_ident[EI_CLASS] != ELFCLASS64 || found.e_ident[EI_DATA] != HostByteOrder ||
      found.e_machine != HostMachine) {
    throw Refused("built for another machine (ELF class " + std::to_string(found.e_ident[EI_CLASS]) + ", machine " +
                  std::to_string(found.e_machine) + "); this server needs class 2, machine " +
                  std::to_string(HostMachine) + ": build it here");
  }
  if (found.e_type != ET_DYN) {
    throw Refused("not a shared library (ELF type " + std::to_string(found.e_type) +
                  "; an object file or a program?); link it with chat_add_plugin");
  }
  return found;
}

}  // namespace

ElfImage ElfImage::parse(std::string_view bytes) {
  ElfImage image;
  image.readSegments(bytes);
  image.readSections(bytes);
  image.readSymbols();
  return image;
}

void ElfImage::readSegments(std::string_view bytes) {
  const auto elf = header(bytes);
  if (elf.e_phnum == 0 || elf.e_phentsize != sizeof(Elf64_Phdr)) {
    throw Refused("the file is damaged: it has no loadable segments; build it again");
  }
  const auto table = slice(bytes, elf.e_phoff, std::uint64_t{elf.e_phnum} * sizeof(Elf64_Phdr), "program headers");
  for (std::size_t i = 0; i < elf.e_phnum; ++i) {
    const auto segment = entry<Elf64_Phdr>(table, i);
    slice(bytes, segment.p_offset, segment.p_filesz, "segments");
  }
}

void ElfImage::readSections(std::string_view bytes) {
  const auto elf = header(bytes);
  if (elf.e_shnum == 0 || elf.e_shentsize != sizeof(Elf64_Shdr) || elf.e_shstrndx >= elf.e_shnum) {
    throw Refused(
        "the file has no section headers, by which a plugin's identity is found; strip it with no more than `strip`");
  }
  const auto table = slice(bytes, elf.e_shoff, std::uint64_t{elf.e_shnum} * sizeof(Elf64_Shdr), "section headers");
  const auto contents = [&](const Elf64_Shdr& section) {
    if (section.sh_type == SHT_NOBITS || section.sh_type == SHT_NULL) return std::string_view();
    return slice(bytes, section.sh_offset, section.sh_size, "sections");
  };
  const auto names = contents(entry<Elf64_Shdr>(table, elf.e_shstrndx));
  _sections.reserve(elf.e_shnum);
  for (std::size_t i = 0; i < elf.e_shnum; ++i) {
    const auto section = entry<Elf64_Shdr>(table, i);
    _sections.push_back({nameAt(names, section.sh_name), contents(section), section.sh_type, section.sh_link});
  }
}

void ElfImage::readSymbols() {
  for (const auto& section : _sections) {
    if (section.type != SHT_DYNSYM || section.link >= _sections.size()) continue;
    const auto names = _sections[section.link].bytes;
    const auto count = section.bytes.size() / sizeof(Elf64_Sym);
    for (std::size_t i = 1; i < count; ++i) {  // 0 is reserved
      const auto symbol = entry<Elf64_Sym>(section.bytes, i);
      if (ELF64_ST_BIND(symbol.st_info) == STB_LOCAL || symbol.st_name == 0) continue;
      const auto name = nameAt(names, symbol.st_name);
      if (ELF64_ST_BIND(symbol.st_info) == STB_GNU_UNIQUE) _hasUniqueSymbols = true;
      if (symbol.st_shndx == SHN_UNDEF) {
        _undefined.push_back(name);
      } else if (symbol.st_shndx != SHN_ABS) {  // a version's own name is absolute: no code, no data
        _exported.push_back(name);
      }
    }
  }
}

std::optional<std::string_view> ElfImage::section(std::string_view name) const noexcept {
  for (const auto& section : _sections) {
    if (section.name == name) return section.bytes;
  }
  return std::nullopt;
}

}  // namespace chat::plugin
