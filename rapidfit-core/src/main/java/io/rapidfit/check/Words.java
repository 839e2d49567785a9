package io.rapidfit.check;

/** Word lists that more than one finder asks. */
final class Words {

    private static final String ENGLISH = """
            order orders invoice invoices ticket tickets case ref reference tracking track parcel shipment package \
            booking reservation confirmation transaction txn receipt serial sku isbn issn ean upc gtin asin item \
            items part product products model version id ids account acct batch lot commit hash \
            timestamp timestamps epoch unix date dated page pages chapter section figure doi pmid arxiv patent rfc port \
            zip zipcode postcode score price total amount barcode imei vin policy tweet status build
            """;

    private static final String OTHERS = """
            pedido pedidos factura facturas referencia referencias seguimiento envío paquete código \
            commande commandes facture factures référence colis suivi dossier \
            bestellung bestellnummer rechnung rechnungsnummer sendung sendungsnummer kundennummer artikel \
            artikelnummer auftrag auftragsnummer ordine ordini fattura spedizione pacco encomenda fatura rastreio \
            sipariş kargo takip заказ заказа счет \
            طلب الطلب طلبي طلبية \
            الطلبية فاتورة الفاتورة \
            شحنة الشحنة تتبع التتبع \
            تذكرة التذكرة المرجع \
            订单 訂單 单号 注文 주문
            """;

    /** Things that have numbers and are no persons. */
    static final String LISTS = ENGLISH + OTHERS;

    static final WordSet OTHER_NUMBER = WordSet.of(LISTS);

    private Words() {}
}
