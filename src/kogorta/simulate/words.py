"""Russian names, cities and sources that the people of a base are made of."""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FEMALE, MALE = 0, 1
SEXES = ("female", "male")

FIRST = (
    _listed(
        """Анна Мария Елена Ольга Наталья Екатерина Татьяна Ирина Светлана Юлия Анастасия Дарья Ксения Марина Алина Виктория
        Полина Людмила Галина Вера Надежда Любовь Софья Варвара Евгения Кристина Диана Лариса Оксана Яна"""
    ),
    _listed(
        """Александр Дмитрий Сергей Андрей Алексей Михаил Иван Максим Артём Николай Владимир Евгений Павел Роман Игорь
        Олег Денис Кирилл Виктор Антон Илья Никита Юрий Егор Константин Глеб Тимур Руслан Степан Фёдор"""
    ),
)
"""First names: of women, of men."""

PATRONYMICS = (
    _listed(
        """Александровна Дмитриевна Сергеевна Андреевна Алексеевна Михайловна Ивановна Николаевна Владимировна Евгеньевна
        Павловна Романовна Игоревна Олеговна Викторовна Юрьевна"""
    ),
    _listed(
        """Александрович Дмитриевич Сергеевич Андреевич Алексеевич Михайлович Иванович Николаевич Владимирович Евгеньевич
        Павлович Романович Игоревич Олегович Викторович Юрьевич"""
    ),
)

SURNAMES = _listed(
    """Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев Лебедев
    Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Зайцев Соловьёв Борисов Яковлев
    Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев Королёв Гусев Киселёв Ильин Максимов Поляков
    Сорокин Виноградов Ковалёв Белов Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров Давыдов Беляев Герасимов
    Богданов Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов Карпов Власов Мельников Денисов Гаврилов Тихонов
    Казаков Афанасьев Данилов Савельев Тимофеев Фомин Чернов Абрамов Мартынов Ефимов Федотов Щербаков Назаров Калинин
    Исаев Чернышёв Быков Маслов Родионов Коновалов Лазарев Воронин Климов Филатов Пономарёв Голубев Кудрявцев Прохоров"""
)
"""Surnames of men; those of women end in one letter more."""

LATIN = _listed(
    """ivanov smirnov kuznetsov popov vasiliev petrov sokolov mikhailov novikov fedorov morozov volkov alekseev lebedev
    semenov egorov pavlov kozlov stepanov nikolaev orlov andreev makarov nikitin zakharov zaitsev soloviev borisov yakovlev
    grigoriev romanov vorobiev sergeev kuzmin frolov aleksandrov dmitriev korolev gusev kiselev ilyin maksimov polyakov
    sorokin vinogradov kovalev belov medvedev antonov tarasov zhukov baranov filippov komarov davydov belyaev gerasimov
    bogdanov osipov sidorov matveev titov markov mironov krylov kulikov karpov vlasov melnikov denisov gavrilov tikhonov
    kazakov afanasiev danilov saveliev timofeev fomin chernov abramov martynov efimov fedotov shcherbakov nazarov kalinin
    isaev chernyshev bykov maslov rodionov konovalov lazarev voronin klimov filatov ponomarev golubev kudryavtsev prokhorov"""
)
"""`SURNAMES` in Latin letters, as they stand in e-mail addresses."""

HOSTS = ("mail.example", "post.example", "inbox.example")
"""Hosts that are reserved for examples: a message to a simulated customer reaches nobody."""

CITIES = (
    ("Москва", "Москва", "Europe/Moscow", 30.0),
    ("Санкт-Петербург", "Санкт-Петербург", "Europe/Moscow", 16.0),
    ("Нижний Новгород", "Нижегородская область", "Europe/Moscow", 9.0),
    ("Казань", "Республика Татарстан", "Europe/Moscow", 9.0),
    ("Ростов-на-Дону", "Ростовская область", "Europe/Moscow", 8.0),
    ("Самара", "Самарская область", "Europe/Samara", 7.0),
    ("Екатеринбург", "Свердловская область", "Asia/Yekaterinburg", 9.0),
    ("Новосибирск", "Новосибирская область", "Asia/Novosibirsk", 7.0),
    ("Краснодар", "Краснодарский край", "Europe/Moscow", 5.0),
)
"""City, region, zone and weight."""

SOURCES = (
    ("yandex", "cpc", "brand", 18.0),
    ("yandex", "cpc", "catalogue", 22.0),
    ("vk", "social", "feed", 16.0),
    ("telegram", "social", "channel", 10.0),
    ("blogger", "referral", "spring", 6.0),
    ("friend", "referral", None, 12.0),
    ("direct", None, None, 16.0),
)
"""Source, medium, campaign and weight, in per cent, of those who come; what has a campaign costs money."""
WINNING_COSTS_MINOR = tuple(
    0 if campaign is None else 18_000 + 900 * n for n, (_, _, campaign, _) in enumerate(SOURCES)
)
"""What it costs to win somebody by each source, in minor units."""

PHONE_CODES = (
    903,
    905,
    906,
    909,
    910,
    915,
    916,
    917,
    919,
    921,
    925,
    926,
    950,
    951,
    960,
    961,
    963,
    965,
    977,
    985,
)
"""Codes of mobile operators."""
