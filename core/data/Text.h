#pragma once

#include <Poco/Data/DataException.h>
#include <Poco/Data/LOB.h>
#include <Poco/Data/TypeHandler.h>
#include <Poco/Nullable.h>

#include <string>
#include <utility>

namespace chat::data {

/// A text that is read byte for byte, with NULs: `into(Text&)` instead of `into(std::string&)`. Poco's SQLite cuts a
/// std::string at the first NUL; and when Poco 1.13 has read one from a column of the type TEXT of MySQL, the next row
/// is written into memory that it has freed. Binding a std::string works on both engines; Nullable<Text> works too.
struct Text {
  std::string value;
  /// How the column is read; found out with the first row.
  enum class Column : char { Unknown, Long, Short } column = Column::Unknown;
};

}  // namespace chat::data

template <>
class Poco::Data::TypeHandler<chat::data::Text> : public Poco::Data::AbstractTypeHandler {
 public:
  static std::size_t size() { return 1; }

  static void bind(std::size_t position, const chat::data::Text& text, AbstractBinder::Ptr binder,
                   AbstractBinder::Direction direction) {
    TypeHandler<std::string>::bind(position, text.value, std::move(binder), direction);
  }

  static void prepare(std::size_t position, const chat::data::Text& text, AbstractPreparator::Ptr preparator) {
    TypeHandler<std::string>::prepare(position, text.value, std::move(preparator));
  }

  static void extract(std::size_t position, chat::data::Text& text, const chat::data::Text& whenNull,
                      AbstractExtractor::Ptr extractor) {
    if (text.column != Column::Short && extractLong(position, text, whenNull, *extractor)) return;
    TypeHandler<std::string>::extract(position, text.value, whenNull.value, std::move(extractor));
  }

 private:
  using Column = chat::data::Text::Column;

  // Poco's MySQL refuses to read short columns in this way.
  static bool extractLong(std::size_t position, chat::data::Text& text, const chat::data::Text& whenNull,
                          AbstractExtractor& extractor) {
    CLOB bytes;
    try {
      if (extractor.extract(position, bytes)) {
        text.value.assign(bytes.rawContent(), bytes.size());
        text.column = Column::Long;
      } else {
        text.value = whenNull.value;
      }
      return true;
    } catch (const DataException&) {
      if (text.column == Column::Long) throw;
      text.column = Column::Short;
      return false;
    }
  }
};

template <>
class Poco::Data::TypeHandler<Poco::Nullable<chat::data::Text>> : public Poco::Data::AbstractTypeHandler {
 public:
  using NullableText = Poco::Nullable<chat::data::Text>;

  static std::size_t size() { return 1; }

  static void bind(std::size_t position, const NullableText& text, AbstractBinder::Ptr binder,
                   AbstractBinder::Direction direction) {
    if (text.isNull()) {
      binder->bind(position++, Poco::Data::Keywords::null, direction);
    } else {
      TypeHandler<chat::data::Text>::bind(position, text.value(), std::move(binder), direction);
    }
  }

  static void prepare(std::size_t position, const NullableText&, AbstractPreparator::Ptr preparator) {
    TypeHandler<std::string>::prepare(position, {}, std::move(preparator));
  }

  static void extract(std::size_t position, NullableText& text, const NullableText&, AbstractExtractor::Ptr extractor) {
    if (extractor->isNull(position)) {
      text.clear();
      return;
    }
    chat::data::Text found{{}, text.isNull() ? chat::data::Text::Column::Unknown : text.value().column};
    TypeHandler<chat::data::Text>::extract(position, found, {}, std::move(extractor));
    text = std::move(found);
  }
};
